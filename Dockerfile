# The command in a container: not root, nothing written but to /work and /tmp.
#
#   docker build -t audiostyle .
#   docker run --rm --read-only --tmpfs /tmp -v "$PWD:/work" -u "$(id -u):$(id -g)" audiostyle \
#       translate song.wav --domain piano
#   docker run --rm --read-only --tmpfs /tmp -p 127.0.0.1:7860:7860 audiostyle app --host 0.0.0.0 --no-browser
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
COPY . /source
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels /source

FROM python:${PYTHON}-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /wheels /wheels
# For a build of torch without CUDA, which is ten times smaller, name the index that has it:
#   --build-arg INDEX=--extra-index-url=https://…
ARG INDEX=""
RUN pip install --no-cache-dir ${INDEX} "$(ls /wheels/*.whl)[app,plot,video]" && rm -r /wheels
RUN useradd --create-home --uid 1000 audiostyle
USER audiostyle
# A home that anybody may read and nobody needs to write; compiled code and temporary files go to /tmp.
ENV HOME=/tmp NUMBA_CACHE_DIR=/tmp/numba PYTHONDONTWRITEBYTECODE=1
WORKDIR /work
EXPOSE 7860
ENTRYPOINT ["audiostyle"]
CMD ["--help"]
