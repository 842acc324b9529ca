.PHONY: run check test screenshots
run:          ## start the dashboard
	streamlit run app.py
check:        ## exactly what CI checks before the tests
	ruff check .
	ruff format --check .
	mypy
test:
	python -m pytest
screenshots:  ## pictures in README and docs, made on the drawn sample
	python docs/make_screenshots.py
