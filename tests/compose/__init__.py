"""docker-compose.yml brought up for real, on stand-ins for the images that this machine cannot pull."""
