"""Who answers in Artifactory's place is named by the host that was asked."""

from examine import examine

from cgrdoctor.lab import FAULTS


def test_a_host_that_only_a_redirect_led_to_is_the_subject_of_nothing():
    seen = examine(FAULTS["sign-in-required"].scenario().world)

    assert seen.codes == ["sign-in-required"]
    assert {finding["subject"] for check in seen.report["checks"] for finding in check["findings"]} & {
        "login.acme.test"
    } == set()
    assert "login.acme.test/realms" in seen.report["diagnosis"][0]["summary"]


def test_the_owner_of_the_account_is_sent_to_where_the_instance_is_reactivated():
    seen = examine(FAULTS["jfrog-cloud-instance-inactive"].scenario().world)

    entry = seen.report["diagnosis"][0]
    assert (entry["code"], entry["confidence"], entry["subject"]) == (
        "jfrog-cloud-instance-inactive",
        "certain",
        "acme.jfrog.io",
    )
    assert any("landing.jfrog.com/reactivate-server/acme" in step for step in entry["remedy"]["steps"])
