"""As much of Ray as the cluster engine uses, in threads of this process; what dies is told by its task."""

import threading
from types import ModuleType, SimpleNamespace


class RayError(Exception):
    pass


class RaySystemError(RayError):
    pass


class Ref:
    """What becomes of a call."""

    def __init__(self, call):
        self.done, self.canceled = threading.Event(), False
        threading.Thread(target=self._run, args=(call,), daemon=True).start()

    def _run(self, call):
        try:
            self.value, self.error = call(), None
        except Exception as error:
            self.value, self.error = None, error
        self.done.set()


class Remote:
    """A function or a class that is called elsewhere."""

    def __init__(self, made, ray):
        self._made, self._ray = made, ray

    def options(self, **settings):
        self._ray.settings.append(settings)
        return self

    def remote(self, *arguments):
        if isinstance(self._made, type):
            return Actor(self._made(*arguments))
        self._ray.running += 1
        self._ray.most = max(self._ray.most, self._ray.running)

        def call():
            try:
                return self._made(*(a.value if isinstance(a, Put) else a for a in arguments))
            finally:
                self._ray.running -= 1

        return self._ray.keep(Ref(call))


class Actor:
    def __init__(self, object):
        self._object = object

    def __getattr__(self, name):
        method = getattr(self._object, name)
        return SimpleNamespace(remote=lambda *arguments: Done(method(*arguments)))


class Done:
    """A call that is over."""

    def __init__(self, value):
        self.value, self.error = value, None


class Put(Done):
    pass


class FakeRay(ModuleType):
    """The module ``ray``; one of four cores unless it is told otherwise."""

    def __init__(self, cores=4):
        super().__init__("ray")
        self.cores, self.running, self.most = cores, 0, 0
        self.refs, self.settings, self.shut = [], [], False
        self.exceptions = SimpleNamespace(RayError=RayError, RaySystemError=RaySystemError)
        self.util = ModuleType("ray.util")
        self.util.scheduling_strategies = ModuleType("ray.util.scheduling_strategies")
        self.util.scheduling_strategies.NodeAffinitySchedulingStrategy = lambda node, soft: node

    def install(self, monkeypatch):
        import sys

        monkeypatch.setitem(sys.modules, "ray", self)
        monkeypatch.setitem(sys.modules, "ray.util", self.util)
        monkeypatch.setitem(sys.modules, "ray.util.scheduling_strategies", self.util.scheduling_strategies)
        return self

    def keep(self, ref):
        self.refs.append(ref)
        return ref

    def init(self, **settings):
        self.settings.append(settings)

    def is_initialized(self):
        return False

    def shutdown(self):
        self.shut = True

    def get_runtime_context(self):
        return SimpleNamespace(get_node_id=lambda: "here")

    def cluster_resources(self):
        return {"CPU": float(self.cores)}

    def put(self, value):
        return Put(value)

    def remote(self, made):
        return Remote(made, self)

    def wait(self, refs, num_returns, timeout):
        if timeout:
            refs[0].done.wait(timeout / 10)
        ready = [ref for ref in refs if ref.done.is_set()]
        return ready, [ref for ref in refs if ref not in ready]

    def get(self, ref):
        if ref.error:
            raise ref.error
        return ref.value

    def cancel(self, ref, force):
        ref.canceled = True
