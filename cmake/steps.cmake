# SPDX-License-Identifier: MIT
#
# steps(OUTPUT FILE...) - a C file that holds the texts of the files, in this order, as
# `schema_steps`: SQL stays SQL, and the program is still one file.
#
# Included, it declares the step; run with -P, it is the step.
if(NOT CMAKE_SCRIPT_MODE_FILE)
	set(steps_script ${CMAKE_CURRENT_LIST_FILE})
	function(steps output)
		list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
		list(JOIN files "|" joined)
		add_custom_command(OUTPUT ${output}
			COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DFILES=${joined}
				-P ${steps_script}
			DEPENDS ${files} ${steps_script} VERBATIM)
	endfunction()
	return()
endif()

string(REPLACE "|" ";" files "${FILES}")
set(texts "")
set(table "")
set(number 0)
foreach(file ${files})
	file(READ ${file} bytes HEX)
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
	string(APPEND texts "static const char step_${number}[] = {${bytes}0};\n")
	string(APPEND table "\tstep_${number},\n")
	math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "/* Made by cmake/steps.cmake. */\n"
	"extern const char *const schema_steps[];\nextern const int schema_step_count;\n\n"
	"${texts}\nconst char *const schema_steps[] = {\n${table}};\n"
	"const int schema_step_count = ${number};\n")
