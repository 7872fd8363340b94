# Debian packages: `cpack` in the build folder makes muster, which is the
# program with its unit, manual and completion, and libmuster-dev.

include(GNUInstallDirs)
set(packaging ${PROJECT_SOURCE_DIR}/app/packaging)
install(TARGETS muster_program COMPONENT program)
install(FILES ${packaging}/muster.service COMPONENT program
  DESTINATION lib/systemd/system)
install(FILES ${packaging}/alerts.yml ${packaging}/alerts_test.yml
  ${packaging}/dashboard.json COMPONENT program
  DESTINATION ${CMAKE_INSTALL_DATADIR}/muster)
install(FILES ${packaging}/muster.bash COMPONENT program RENAME muster
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)

find_package(Python3 COMPONENTS Interpreter)
find_program(GZIP gzip)
if(Python3_FOUND AND GZIP)
  set(manual ${PROJECT_BINARY_DIR}/muster.1.gz)
  add_custom_command(OUTPUT ${manual}
    COMMAND ${packaging}/make_man $<TARGET_FILE:muster_program> > muster.1
    COMMAND ${GZIP} -9nf muster.1
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}
    DEPENDS muster_program ${packaging}/make_man)
  add_custom_target(muster_manual ALL DEPENDS ${manual})
  install(FILES ${manual} COMPONENT program
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()

set(news ${PROJECT_BINARY_DIR}/changelog.Debian)
file(CONFIGURE OUTPUT ${news} CONTENT
"muster (${PROJECT_VERSION}) unstable; urgency=medium

  * muster ${PROJECT_VERSION}.

 -- The authors of muster <muster@localhost.invalid>  Fri, 27 Nov 2026 12:00:00 +0000
")
if(GZIP)
  execute_process(COMMAND ${GZIP} -9nkf ${news})
endif()
foreach(part "program;muster" "library;libmuster-dev")
  list(GET part 0 component)
  list(GET part 1 package)
  install(FILES ${packaging}/copyright COMPONENT ${component}
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package})
  if(GZIP)
    install(FILES ${news}.gz COMPONENT ${component} RENAME changelog.gz
      DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package})
  endif()
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_VENDOR "The authors of muster")
set(CPACK_PACKAGE_CONTACT "The authors of muster <muster@localhost.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL program library)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME muster)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
# Loaded when a state in PostgreSQL is asked for.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "libpq5, ca-certificates")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
"asks Discord for the members of a bot's guilds
Requests the members of all guilds of a Discord bot over its gateway, keeps
the books of what is complete, and tells it as JSON.")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libmuster-dev)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS
  "libcaf-dev, libssl-dev, libsimdjson-dev, libspdlog-dev, prometheus-cpp-dev, libsqlitecpp-dev, \
libsqlite3-dev, libzstd-dev, zlib1g-dev")
if(isal)
  string(APPEND CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS ", libisal-dev")
endif()
set(CPACK_DEBIAN_LIBRARY_PACKAGE_RECOMMENDS libpq5)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION
"asks Discord for the members of a bot's guilds (library)
Headers and a static library of muster, an actor system on CAF that keeps the
books of the members of a Discord bot's guilds.")
include(CPack)
