import pytest
from tests.browser.conftest import *
from tests.browser.test_exam import seats, seat, exam, pick, ticked
@pytest.mark.parametrize("n", range(24))
def test_loop(exam, seat, n):
    exam.evaluate("""() => { window.log=[]; for (const t of ['pointerdown','pointerup','click','change','offline']) addEventListener(t, e => window.log.push([t, Math.round(performance.now()), e.target && (e.target.className||e.target.id||e.target.tagName), e.clientX, e.clientY]), true); }""")
    exam.context.set_offline(True)
    pick(exam, 1)
    if ticked(exam) != [0]:
        print(exam.evaluate("window.log")); exam.screenshot(path=f"/tmp/loop{n}.png")
    assert ticked(exam)==[0]
