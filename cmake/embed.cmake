# SPDX-License-Identifier: MIT
#
# embed(OUTPUT NAME FILE...) - a C file that holds the bytes of the files as `NAME_files`,
# sorted by name as web/web.h promises, and their number as `NAME_file_count`; each carries
# the start of its SHA-256 as entity tag.
#
# Included, it declares the step; run with -P, it is the step.
if(NOT CMAKE_SCRIPT_MODE_FILE)
	set(embed_script ${CMAKE_CURRENT_LIST_FILE})
	function(embed output name)
		list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
		list(JOIN files "|" joined)
		add_custom_command(OUTPUT ${output}
			COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAME=${name}
				-DFILES=${joined} -P ${embed_script}
			DEPENDS ${files} ${embed_script} VERBATIM)
	endfunction()
	return()
endif()

set(type_css "text/css; charset=utf-8")
set(type_html "text/html; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_png "image/png")
set(type_svg "image/svg+xml")

string(REPLACE "|" ";" files "${FILES}")
set(named)
foreach(file ${files})
	cmake_path(GET file FILENAME name)
	list(APPEND named "${name}|${file}")
endforeach()
list(SORT named)

set(arrays "")
set(table "")
set(number 0)
foreach(pair ${named})
	string(REPLACE "|" ";" pair "${pair}")
	list(POP_FRONT pair name file)
	cmake_path(GET file EXTENSION LAST_ONLY kind)
	string(SUBSTRING ${kind} 1 -1 kind)
	file(READ ${file} bytes HEX)
	file(SIZE ${file} count)
	file(SHA256 ${file} hash)
	string(SUBSTRING ${hash} 0 16 tag)
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
	# One NUL behind the last byte, so that text may be read as a string.
	string(APPEND arrays "static const unsigned char file_${number}[] = {${bytes}0};\n")
	string(APPEND table "\t{ \"${name}\", \"${type_${kind}}\", (const char *)file_${number}, "
		"${count}, \"\\\"${tag}\\\"\" },\n")
	math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "/* Made by cmake/embed.cmake. */\n#include \"web/web.h\"\n\n"
	"extern const struct web_file ${NAME}_files[];\nextern const size_t ${NAME}_file_count;\n\n"
	"${arrays}\nconst struct web_file ${NAME}_files[] = {\n${table}};\n"
	"const size_t ${NAME}_file_count = ${number};\n")
