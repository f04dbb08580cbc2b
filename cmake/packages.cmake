# SPDX-License-Identifier: MIT
#
# Every library the program stands on; docs/why.md says why each was chosen.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
foreach(package libuv libwebsockets libcurl jansson sqlite3 openssl yaml-0.1
		libzip)
	string(REGEX REPLACE "[^a-z0-9]" "_" target ${package})
	pkg_check_modules(${target} REQUIRED IMPORTED_TARGET ${package})
endforeach()
pkg_check_modules(libsystemd IMPORTED_TARGET libsystemd)

# Debian's node-llhttp ships llhttp's generated sources and no library.
find_path(LLHTTP_INCLUDE llhttp.h PATHS /usr/share/include/llhttp REQUIRED)
find_path(LLHTTP_SOURCE llhttp.c PATHS /usr/share/llhttp REQUIRED)
add_library(llhttp STATIC ${LLHTTP_SOURCE}/api.c ${LLHTTP_SOURCE}/http.c
	${LLHTTP_SOURCE}/llhttp.c)
target_include_directories(llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE})
# Without strict mode it takes any two bytes for a chunk's CRLF.
target_compile_definitions(llhttp PUBLIC LLHTTP_STRICT_MODE=1)
target_compile_options(llhttp PRIVATE -w)
