.PHONY: run check test faults screenshots models
run:          ## start the dashboard
	streamlit run app.py
check:        ## exactly what CI checks before the tests
	ruff check .
	ruff format --check .
	mypy
test:
	python -m pytest
faults:       ## make every fault many times (an hour), write the table in docs/reliability.md
	python -m tests.faults.table
screenshots:  ## pictures in README and docs, made on the drawn sample
	python docs/make_screenshots.py
models:       ## docs/models.md, from the run folders in trained/
	python docs/make_models.py
