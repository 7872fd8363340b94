# What a bot links and includes: muster::muster, from the objects of the rooms.
# Its headers are <muster/ROOM/NAME.hpp>; those listed here are all there are.

set(MUSTER_HEADERS
  actors/config.hpp actors/guard.hpp actors/listener.hpp actors/tracker.hpp
  messages/actors.hpp messages/api.hpp messages/cluster_settings.hpp
  messages/errc.hpp messages/event.hpp messages/frozen_buffer.hpp
  messages/gateway_info.hpp messages/identify.hpp messages/intent.hpp
  messages/member.hpp messages/member_cursor.hpp messages/node_event.hpp
  messages/optional.hpp messages/presence.hpp messages/request.hpp
  messages/settings.hpp messages/shard_id.hpp messages/snowflake.hpp
  messages/status.hpp messages/subscription.hpp messages/timestamp.hpp
  messages/type_ids.hpp messages/unreadable.hpp messages/version.hpp net/clock.hpp
  net/connection.hpp net/token.hpp)

# In the tree they include each other as "ROOM/NAME.hpp", which would find those
# of a bot whose own folders have the same names.
set(MUSTER_INCLUDE ${PROJECT_BINARY_DIR}/include)
set(all "#pragma once\n\n// All that a bot needs.\n")
foreach(header ${MUSTER_HEADERS})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
  file(READ ${header} text)
  string(REGEX REPLACE "#include \"((messages|net|actors)/[a-z_/]+\\.hpp)\""
    "#include <muster/\\1>" text "${text}")
  file(CONFIGURE OUTPUT ${MUSTER_INCLUDE}/muster/${header} CONTENT "${text}"
    @ONLY NEWLINE_STYLE UNIX)
  string(APPEND all "#include <muster/${header}>\n")
endforeach()
file(CONFIGURE OUTPUT ${MUSTER_INCLUDE}/muster/muster.hpp CONTENT "${all}" @ONLY)

# muster_library(NAME STATIC|SHARED|<empty for BUILD_SHARED_LIBS> OPTION...)
function(muster_library name)
  # Of what several units have, the linker keeps the first.
  add_library(${name} ${ARGN} $<TARGET_OBJECTS:muster_messages_objects>
    $<TARGET_OBJECTS:muster_net_objects> $<TARGET_OBJECTS:muster_actors_objects>
    $<TARGET_OBJECTS:muster_messages_cold_objects>
    $<TARGET_OBJECTS:muster_net_cold_objects>
    $<TARGET_OBJECTS:muster_actors_cold_objects>)
  target_include_directories(${name} INTERFACE
    $<BUILD_INTERFACE:${MUSTER_INCLUDE}> $<INSTALL_INTERFACE:include>)
  target_compile_features(${name} INTERFACE cxx_std_20)
  target_link_libraries(${name} PUBLIC muster_caf PRIVATE simdjson::simdjson
    spdlog::spdlog ZLIB::ZLIB SQLiteCpp ${CMAKE_DL_LIBS})
  target_link_libraries(${name} PRIVATE
    $<BUILD_INTERFACE:${ZSTD_LIBRARY}> $<INSTALL_INTERFACE:zstd>
    $<BUILD_INTERFACE:${PROMETHEUS_LIBRARY}>
    $<INSTALL_INTERFACE:prometheus-cpp-core>)
  if(isal)
    target_link_libraries(${name} PRIVATE
      $<BUILD_INTERFACE:${isal}> $<INSTALL_INTERFACE:isal>)
  endif()
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
  if(MUSTER_SANITIZE)
    target_link_options(${name} PUBLIC -fsanitize=address,undefined)
  endif()
endfunction()

muster_library(muster)
add_library(muster::muster ALIAS muster)
if(MUSTER_TESTS AND NOT BUILD_SHARED_LIBS)
  # For the test of what it shows.
  muster_library(muster_shared SHARED)
  set_target_properties(muster_shared PROPERTIES OUTPUT_NAME muster
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/shared)
endif()

if(MUSTER_INSTALL)
  include(GNUInstallDirs)
  include(CMakePackageConfigHelpers)
  set(place ${CMAKE_INSTALL_LIBDIR}/cmake/muster)
  set_target_properties(muster_caf PROPERTIES EXPORT_NAME caf)
  install(TARGETS muster muster_caf EXPORT muster-targets COMPONENT library)
  install(EXPORT muster-targets NAMESPACE muster:: DESTINATION ${place}
    COMPONENT library)
  install(DIRECTORY ${MUSTER_INCLUDE}/muster COMPONENT library
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
  configure_package_config_file(.cmake/muster-config.cmake.in
    ${PROJECT_BINARY_DIR}/muster-config.cmake INSTALL_DESTINATION ${place})
  write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/muster-config-version.cmake
    COMPATIBILITY SameMajorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/muster-config.cmake
    ${PROJECT_BINARY_DIR}/muster-config-version.cmake
    DESTINATION ${place} COMPONENT library)

  # An archive does not say what it needs.
  set(MUSTER_PC_LIBS "-lcaf_openssl -lcaf_io -lcaf_core")
  if(NOT BUILD_SHARED_LIBS)
    string(APPEND MUSTER_PC_LIBS " -lsimdjson -lspdlog -lfmt -lSQLiteCpp"
      " -lprometheus-cpp-core"
      " -lsqlite3 -lzstd -lz")
    if(isal)
      string(APPEND MUSTER_PC_LIBS " -lisal")
    endif()
    string(APPEND MUSTER_PC_LIBS " -ldl -pthread")
  endif()
  file(RELATIVE_PATH MUSTER_PC_UP /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  set(MUSTER_PC_LIB "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
  set(MUSTER_PC_INCLUDE "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
  configure_file(.cmake/muster.pc.in ${PROJECT_BINARY_DIR}/muster.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/muster.pc COMPONENT library
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
