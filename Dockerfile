# CIFAR Lab on one server: see docs/container.md. CIFAR_LAB_REQUIREMENTS=requirements-gpu.txt builds it for NVIDIA GPUs.
FROM python:3.12-slim-bookworm

# tini is process 1: it hands signals on and reaps the trainings that have ended.
RUN apt-get update \
    && apt-get install -y --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 lab

WORKDIR /app
ARG CIFAR_LAB_REQUIREMENTS=requirements.txt
COPY requirements*.txt ./
RUN pip install --no-cache-dir -r "$CIFAR_LAB_REQUIREMENTS" -r requirements-server.txt
COPY . .

# All that is written lies on one volume: runs, data sets, converted pictures.
RUN mkdir --parents /lab && chown lab:lab /lab
ENV CIFAR_LAB_RUNS=/lab/runs \
    CIFAR_LAB_CACHE=/lab/cache \
    KERAS_HOME=/lab/keras \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
VOLUME /lab
USER lab

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8501/_stcore/health', timeout=4)"]
ENTRYPOINT ["tini", "--"]
# Inside the container every address is its own; compose.yaml decides who may reach it.
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
