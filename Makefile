.PHONY: help run check quick test thorough faults screenshots models
help:         ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14
run:          ## start the dashboard
	streamlit run app.py
check:        ## exactly what CI checks before the tests: linter, format, types
	ruff check .
	ruff format --check .
	mypy
quick:        ## the tests that tell most, in two minutes: what needs neither Keras, nor a browser, nor processes of its own
	python -m pytest tests/unit tests/docs/test_architecture.py tests/docs/test_user_docs.py --ignore-glob='*/scheduling/*' --ignore-glob='*/sweeps/test_driver.py' --ignore-glob='*/sweeps/test_leader.py' --ignore-glob='*/test_hostile*'
test:         ## all tests
	python -m pytest
thorough:     ## all tests, those too that a usual run leaves out (half an hour)
	python -m pytest --times 1
faults:       ## make every fault many times (an hour), write the table in docs/reliability.md
	python -m tests.faults.table
screenshots:  ## pictures in README and docs, made on the drawn sample
	python docs/make_screenshots.py
models:       ## docs/models.md, from the run folders in trained/
	python docs/make_models.py
