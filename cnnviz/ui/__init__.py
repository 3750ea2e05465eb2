"""The widgets: what is seen and touched. Rules and state live below, in `cnnviz.app`."""
