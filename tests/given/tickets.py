"""Settings of repositories as tickets have them: REST, Terraform's block, plan and state; and `docker info`."""

import json

KEY = "cgr-private"
IDENTITY = "a" * 40 + "/" + "b" * 16
CANARY = "s3cret-canary-0123456789"


def rest(**fields):
    """What `GET /api/repositories/KEY` shows an admin of a remote made by the guide."""
    return {
        "key": KEY, "rclass": "remote", "packageType": "docker", "url": "https://cgr.dev/",
        "username": IDENTITY, "password": CANARY, "enableTokenAuthentication": True,
        "blockMismatchingMimeTypes": True, "mismatchingMimeTypesOverrideList": "", "includesPattern": "**/*",
        "excludesPattern": "", "offline": False, "blackedOut": False, "storeArtifactsLocally": True,
        "allowAnyHostAuth": False, "disableUrlNormalization": False, "dockerProjectId": "",
        "retrievalCachePeriodSecs": 21600, **fields,
    }  # fmt: skip


def as_json(*repositories):
    return json.dumps(repositories[0] if len(repositories) == 1 else list(repositories)).encode()


BLOCK = f'''
# made by the platform team
resource "artifactory_remote_docker_repository" "cgr" {{
  key                          = "{KEY}"
  url                          = "https://cgr.dev/" // as the guide says
  username                     = "{IDENTITY}"
  password                     = "{CANARY}"
  description                  = <<-EOT
    enable_token_authentication = true
  EOT
  content_synchronisation {{
    enabled = false
  }}
  lifecycle {{ ignore_changes = [password] }}
  /* enable_token_authentication = true */
}}
'''

PLAN = f'''
  # artifactory_remote_docker_repository.cgr will be updated in-place
  ~ resource "artifactory_remote_docker_repository" "cgr" {{
      ~ enable_token_authentication = true -> false
        key                         = "{KEY}"
        offline                     = true
        # (40 unchanged attributes hidden)
    }}
'''

STATE = {
    "format_version": "1.0",
    "values": {"root_module": {"child_modules": [{"resources": [{
        "address": "artifactory_remote_docker_repository.cgr", "mode": "managed",
        "type": "artifactory_remote_docker_repository", "name": "cgr",
        "values": {
            "key": KEY, "url": "https://cgr.dev/v2/", "username": IDENTITY, "password": CANARY,
            "enable_token_authentication": True, "block_mismatching_mime_types": True,
            "includes_pattern": "**/*", "socket_timeout_millis": 15000, "project_id": None,
        },
    }]}]}},
}  # fmt: skip

VIRTUAL = """
resource "artifactory_virtual_docker_repository" "all" {
  key          = "cgr"
  repositories = ["docker-local", "cgr-private",]
}
"""

INFO = """Client: Docker Engine - Community
 Version:    24.0.7
 Context:    default
 Debug Mode: false
 Plugins:
  buildx: Docker Buildx (Docker Inc.)
    Version:  v0.11.2

Server:
 Containers: 3
  Running: 1
 Server Version: 24.0.7
 Storage Driver: overlayfs
  driver-type: io.containerd.snapshotter.v1
 Security Options:
  apparmor
  seccomp
   Profile: builtin
  rootless
 Kernel Version: 5.15.0
 Operating System: Ubuntu 22.04
 OSType: linux
 Architecture: aarch64
 Name: build-7
 HTTP Proxy: http://xxxxx:xxxxx@proxy.acme.example:3128
 HTTPS Proxy: http://proxy.acme.example:3128
 No Proxy: localhost,127.0.0.1,.svc
 Experimental: false
 Insecure Registries:
  registry.acme.example:5000
  127.0.0.0/8
 Registry Mirrors:
  https://mirror.acme.example/
 Live Restore Enabled: false
"""
