# SPDX-License-Identifier: MIT
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)	# glibc and POSIX names; the language itself stays C17
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_compile_definitions(_GNU_SOURCE PLENARY_VERSION="${PROJECT_VERSION}")
add_compile_options(-Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
	-Wpointer-arith -Wwrite-strings -Wvla -Wundef -Wimplicit-fallthrough -fno-common)
include_directories(${PROJECT_SOURCE_DIR})

set(PLENARY_SANITIZE "" CACHE STRING "comma-separated sanitizers, as -fsanitize= takes them")
if(PLENARY_SANITIZE)
	add_compile_options(-fsanitize=${PLENARY_SANITIZE} -fno-sanitize-recover=all
		-fno-omit-frame-pointer)
	add_link_options(-fsanitize=${PLENARY_SANITIZE})
endif()
option(PLENARY_COVERAGE "count what the tests reach" OFF)
if(PLENARY_COVERAGE)
	add_compile_options(--coverage)
	add_link_options(--coverage)
endif()
option(PLENARY_FUZZ "build the libFuzzer targets (needs clang)" OFF)
