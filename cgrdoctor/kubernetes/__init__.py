"""What kubectl prints and the kubelet makes of it: Pods, Secrets, events. Nothing here is asked of a cluster."""
