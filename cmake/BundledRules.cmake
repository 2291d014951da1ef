# The rules of dashboards/prometheus/rules as a source, for `rule_files: [bundled]`.
set(bundled_rules_source ${PROJECT_BINARY_DIR}/generated/bundled_rules.cc)
file(GLOB bundled_rules CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/dashboards/prometheus/rules/*.yml)
add_custom_command(OUTPUT ${bundled_rules_source}
  COMMAND ${CMAKE_COMMAND} "-DRULES=${bundled_rules}" -DOUTPUT=${bundled_rules_source}
          -P ${PROJECT_SOURCE_DIR}/cmake/WriteBundledRules.cmake
  DEPENDS ${bundled_rules} ${PROJECT_SOURCE_DIR}/cmake/WriteBundledRules.cmake VERBATIM)
