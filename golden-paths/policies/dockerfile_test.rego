package flagstone.files.dockerfile_test

import data.flagstone.files.dockerfile

digest := "sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0"

line(cmd, value) := {"Cmd": cmd, "Flags": [], "JSON": false, "Stage": 0, "SubCmd": "", "Value": value}

flagged(cmd, flag, value) := object.union(line(cmd, value), {"Flags": [flag]})

test_an_image_of_the_registry if {
	file := [line("from", ["registry.example.com/base:1"])]
	count(dockerfile.deny_image_registry) == 0 with input as file with data.registries as ["registry.example.com"]
}

test_an_image_of_another_registry if {
	file := [line("from", ["registry.example.com.evil.example/base:1"])]
	count(dockerfile.deny_image_registry) == 1 with input as file with data.registries as ["registry.example.com"]
}

test_a_pinned_image_a_stage_and_nothing if {
	image := concat("@", ["${BASE}", digest])
	file := [
		line("arg", ["BASE=alpine"]),
		line("from", [image, "AS", "Build"]),
		line("from", ["build", "AS", "test"]),
		line("from", ["scratch"]),
		flagged("copy", "--from=test", ["/a", "/a"]),
	]
	count(dockerfile.deny_image_unpinned) == 0 with input as file
}

test_images_that_float if {
	file := [
		line("from", ["alpine", "AS", "build"]),
		line("from", ["debian:13"]),
		flagged("copy", "--from=busybox", ["/a", "/a"]),
	]
	found := dockerfile.deny_image_unpinned with input as file
	{it.pointer | some it in found} == {"/0", "/1", "/2"}
}

test_images_by_way_of_arguments if {
	file := [
		line("arg", ["A=.io/backdoor"]),
		line("arg", ["B=$A"]),
		line("from", ["scratch", "AS", "evil"]),
		line("from", ["evil${B}"]),
		line("from", ["evil${B:+.com/x}"]),
		line("from", ["${B:-${A}}"]),
		flagged("run", "--mount=type=bind,from=evil.io/x,target=/x", ["x"]),
	]
	found := dockerfile.deny_image_unpinned with input as file
	{it.pointer | some it in found} == {"/3", "/4", "/5", "/6"}
}

test_arguments_that_nobody_is_sure_of if {
	file := [
		line("arg", ["A=${B:-evil.io}"]),
		line("arg", ["B=registry.example.com"]),
		line("arg", ["C=evil.io"]),
		line("arg", ["C=registry.example.com"]),
		line("from", ["$A/x"]),
		line("from", ["$C/x"]),
	]
	count(dockerfile.deny_image_registry) == 2 with input as file with data.registries as ["registry.example.com"]
}

test_what_runs_in_another_build if {
	later := object.union(line("onbuild", ["/a", "/a"]), {"SubCmd": "COPY"})
	count(dockerfile.deny_image_later) == 1 with input as [line("from", ["scratch"]), later]
}

test_root if {
	file := [line("from", ["alpine"]), line("user", ["app"]), line("user", ["0:0"])]
	count(dockerfile.deny_image_root) == 1 with input as file
}

test_users_by_way_of_variables if {
	file := [line("from", ["alpine"]), line("env", ["U", "0", "="]), line("arg", ["U=10001"]), line("user", ["$U"])]
	count(dockerfile.deny_image_root) == 1 with input as file
	unknown := [line("from", ["alpine"]), line("user", ["${U:+app}"])]
	count(dockerfile.deny_image_root) == 1 with input as unknown
	taken := [line("arg", ["U=app"]), line("from", ["alpine"]), line("arg", ["U"]), line("env", ["U", "$U", "="]), line("user", ["\"$U\":0"])]
	count(dockerfile.deny_image_root) == 0 with input as taken
}

test_the_user_of_a_base_image if {
	count(dockerfile.deny_image_root) == 0 with input as [line("from", ["mcr.microsoft.com/dotnet/aspnet"]), line("user", ["$APP_UID"])]
	count(dockerfile.deny_image_root) == 1 with input as [line("from", ["alpine"]), line("user", ["$APP_UID"])]
}

test_no_user if {
	file := [line("from", ["alpine", "AS", "build"]), line("user", ["app"]), line("from", ["alpine"])]
	count(dockerfile.deny_image_without_user) == 1 with input as file
}

test_a_user_of_an_earlier_stage if {
	file := [line("from", ["alpine", "AS", "base"]), line("user", ["app"]), line("from", ["base"])]
	count(dockerfile.deny_image_root) == 0 with input as file
	count(dockerfile.deny_image_without_user) == 0 with input as file
}

test_secrets_in_an_image if {
	file := [
		line("from", ["alpine"]),
		line("env", ["HOME", "/app", "=", "DB_PASSWORD", "x", "="]),
		line("arg", ["NPM_TOKEN"]),
	]
	count(dockerfile.deny_image_secret) == 1 with input as file
	count(dockerfile.deny_build_secret) == 1 with input as file
}

test_no_secrets_in_an_image if {
	file := [
		line("from", ["alpine"]),
		line("env", ["DB_PASSWORD_FILE", "/run/secrets/db", "=", "TOKEN", "", "="]),
		line("arg", ["TOKENIZER=fast"]),
	]
	count(dockerfile.deny_image_secret) == 0 with input as file
	count(dockerfile.deny_build_secret) == 0 with input as file
}

test_a_remote_add if {
	file := [line("from", ["alpine"]), line("add", ["https://example.org/a", "/a"])]
	count(dockerfile.deny_remote_add) == 1 with input as file
}

test_an_add_of_a_variable if {
	file := [line("from", ["alpine"]), line("arg", ["U=git://example.org/a"]), line("add", ["$U", "$V", "a-$V", "/a"])]
	count(dockerfile.deny_remote_add) == 2 with input as file
}

test_an_add_of_what_is_known if {
	checksum := concat("=", ["--checksum", digest])
	file := [line("from", ["alpine"]), flagged("add", checksum, ["https://example.org/a", "/a"]), line("add", ["a", "/a"])]
	count(dockerfile.deny_remote_add) == 0 with input as file
}
