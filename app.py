"""CIFAR Lab: start it with ``streamlit run app.py``.

When the server starts it imports this file: for the gate before its pages, for what takes long before the first click,
and to take up the queue. Then it runs the file for each visitor, as their router.
"""

import streamlit as st

from cifar_core.installation import find_problem

wrong = find_problem()
if __name__ != "__main__":
    from starlette.middleware import Middleware
    from streamlit.starlette import App

    from cifar_core.system import this_system

    this_system().give_large_blocks_back()

    if wrong:
        server = App(__file__)
    else:
        from pages.parts.frame import start

        start.expect_run()  # First of all, for it takes longest, on a core of its own.
        from pages.parts.frame import warm_up
        from pages.parts.frame.document import Document
        from pages.parts.frame.gate import Gate
        from pages.parts.frame.program import Program

        server = App(__file__, middleware=[Middleware(Program), Middleware(Gate), Middleware(Document)])
        warm_up.load_first_pages()
        start.take_up_in_background()
elif wrong:
    st.error(wrong, icon=":material/error:")
else:
    # Only now: with another Python, or without a package, these could not be imported.
    from cifar_core.errors import CifarLabError
    from pages.parts.frame import account, look, own_pictures, router, session, tidy, warm_up, who
    from pages.parts.frame.problem import draw_problem

    page = router.navigation()
    account.require_user()
    try:
        with st.sidebar:
            session.choose_dataset()
            own_pictures.offer_own_pictures()
            who.draw_who(session.run_store())
            look.draw_look()
        look.draw_way_back()
        page.run()
    except CifarLabError as problem:
        draw_problem(problem)
    finally:  # also after a page that stopped early
        warm_up.start()
        tidy.tidy_up()
