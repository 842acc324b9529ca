"""Windows as far as Linux can play it, for tests: nothing here runs on the real one.

``pytest -p tests.emulated_windows.plugin …`` runs any tests under it, with all processes that they start. What is
played (:mod:`tests.emulated_windows.differences`):

- ``os.fsync`` refuses a file that is not open for writing; a folder cannot be opened.
- There is no ``os.killpg``, ``getpgid``, ``sched_getaffinity``, ``signal.SIGKILL``, ``fcntl``, ``resource`` … for the
  program (libraries keep theirs), and :mod:`subprocess` knows no sessions and no ``preexec_fn``.
- A file or folder that any process of the test has open, or mapped into memory, can be neither replaced nor removed.
- A process that was killed has an exit code, not a signal; killing the parent leaves its children alone.
- What is printed must be of code page 1252, unless ``PYTHONUTF8`` says otherwise. (That text files name their encoding
  is held by ``tests/unit/system/test_encodings.py``.)
"""
