# SPDX-License-Identifier: MIT
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)	# glibc and POSIX names; the language itself stays C17
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)

if(NOT CMAKE_BUILD_TYPE)
	set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()
# Assertions stay on in every build; CMake's own release flags would switch them off.
foreach(kind RELEASE RELWITHDEBINFO MINSIZEREL)
	string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_${kind} "${CMAKE_C_FLAGS_${kind}}")
endforeach()

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
if(PLENARY_FUZZ)
	add_compile_options(-fsanitize=fuzzer-no-link)	# libFuzzer sees into the libraries
endif()

# What runs beside the internet is hardened; sanitizers bring checks of their own.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT PLENARY_SANITIZE)
	add_compile_options(-fstack-protector-strong -fstack-clash-protection)
	add_compile_definitions(_FORTIFY_SOURCE=2)
	add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
	if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
		add_compile_options(-fcf-protection)
	endif()
endif()
