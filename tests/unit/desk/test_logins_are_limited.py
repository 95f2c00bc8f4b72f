async def login(client, name="li_na", password="right"):
    return await client.post("/api/v1/login", json={"name": name, "password": password})


async def test_a_session_is_a_strict_cookie_that_ends_with_logout(desk):
    async with desk.logged_in() as client:
        cookie = (await login(client)).headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        me = (await client.get("/api/v1/me")).json()
        assert me["agent"] == "li_na"
        assert me["role"] == "agent"
        client.headers["X-CSRF-Token"] = me["csrf"]
        assert (await client.post("/api/v1/logout")).status_code == 204
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_after_five_wrong_tries_even_the_right_password_waits(desk):
    async with desk.http() as client:
        for _ in range(5):
            assert (await login(client, password="wrong")).status_code == 401
        answer = await login(client)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 300
        asked = desk.people.asked
        assert (await login(client)).status_code == 429
        assert desk.people.asked == asked  # no hashing for the blocked
        assert (await login(client, "wang_wu")).status_code == 200
        desk.time.advance(300.0)
        assert (await login(client)).status_code == 200


async def test_the_right_password_forgives_what_was_mistyped(desk):
    async with desk.http() as client:
        for _ in range(3):
            for _ in range(4):
                assert (await login(client, password="wrong")).status_code == 401
            assert (await login(client)).status_code == 200


async def test_names_tried_in_turn_from_one_address_are_limited_too(desk):
    async with desk.http(peer="203.0.113.9") as client:
        answers = [(await login(client, f"name{i}", "wrong")).status_code for i in range(31)]
        assert answers == [401] * 30 + [429]
    async with desk.http(peer="203.0.113.10") as client:
        assert (await login(client)).status_code == 200


async def test_a_disabled_account_and_another_site_do_not_log_in(desk):
    async with desk.http() as client:
        assert (await login(client, "gone")).status_code == 401
        client.headers["Origin"] = "http://evil.test"
        assert (await login(client)).status_code == 403
