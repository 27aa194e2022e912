# AlsterNode in a container: `docker build -t alster .`, then `docker run --rm -v "$PWD/out:/alster/out" alster demo`.
FROM debian:12-slim

# The .NET SDK 10 by its own install script.
RUN apt-get update \
 && apt-get install -y --no-install-recommends bash ca-certificates curl \
 && curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0 --install-dir /usr/share/dotnet \
 && ln -s /usr/share/dotnet/dotnet /usr/local/bin/dotnet \
 && rm -rf /var/lib/apt/lists/*
ENV DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

WORKDIR /alster
COPY . .
# What ./alster needs and builds at its first start, done once here.
RUN ./alster build && rm -rf /var/lib/apt/lists/*

ENTRYPOINT ["./alster"]
CMD ["demo"]
