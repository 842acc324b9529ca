"""Inside a network: what its layers make of a picture, feature map by feature map."""
