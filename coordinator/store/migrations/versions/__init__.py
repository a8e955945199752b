"""One module a step, named `vNNNN_what`; never changed once released."""
