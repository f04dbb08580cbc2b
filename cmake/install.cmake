# SPDX-License-Identifier: MIT
#
# What a package would hold.
include(GNUInstallDirs)
install(TARGETS plenary RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")

# What an organisation edits is given once: an edited file is never overwritten.
foreach(file plenary.yaml programmes/leep.yaml)
	set(there ${CMAKE_INSTALL_FULL_SYSCONFDIR}/plenary/${file})
	cmake_path(GET there PARENT_PATH folder)
	# file(INSTALL) heeds DESTDIR by itself; EXISTS does not.
	install(CODE "if(NOT EXISTS \"\$ENV{DESTDIR}${there}\")
	file(INSTALL DESTINATION \"${folder}\" TYPE FILE
		FILES \"${PROJECT_SOURCE_DIR}/config/${file}\")
endif()")
endforeach()

# The unit names the program and its settings where they are installed; systemd looks for
# units below lib, whatever this system calls its library directory.
set(unit ${PROJECT_BINARY_DIR}/systemd/plenary.service)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS systemd/plenary.service)
file(READ systemd/plenary.service text)
string(REPLACE "/usr/bin/plenary" "${CMAKE_INSTALL_FULL_BINDIR}/plenary" text "${text}")
string(REPLACE "/etc/plenary" "${CMAKE_INSTALL_FULL_SYSCONFDIR}/plenary" text "${text}")
string(REPLACE "/usr/share/doc/plenary" "${CMAKE_INSTALL_FULL_DOCDIR}" text "${text}")
file(CONFIGURE OUTPUT ${unit} CONTENT "${text}" @ONLY)
install(FILES ${unit} systemd/plenary.socket DESTINATION lib/systemd/system)
install(FILES systemd/sysusers.d/plenary.conf DESTINATION lib/sysusers.d)
install(FILES systemd/tmpfiles.d/plenary.conf DESTINATION lib/tmpfiles.d)
