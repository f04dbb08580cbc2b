# SPDX-License-Identifier: MIT
add_custom_target(tidy
	COMMAND ${PROJECT_SOURCE_DIR}/tests/tidy.sh ${PROJECT_BINARY_DIR}
	DEPENDS core
	WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
	COMMENT "format, lengths, purity, clang-tidy"
	USES_TERMINAL VERBATIM)
