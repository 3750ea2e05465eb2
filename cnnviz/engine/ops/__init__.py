"""The operations of the layers: each returns its output and a closure that carries the gradient back.

A closure owns what it needs, may be called once, and may overwrite the gradient it is given. Operations check
nothing: `cnnviz.engine.build` and the public methods of `Network` and `Executor` do. Outputs live in the
workspace that is passed in, and are valid until the same layer is computed in it again.
"""
