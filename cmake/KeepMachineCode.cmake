# Takes the compiler's intermediate code out of archives that were built with -flto -ffat-lto-objects.
# GCC's linker plugin would compile it again in every program that links them, even in one that is
# linked without -flto, with warnings that are not that program's.
# usage: cmake -DOBJCOPY=objcopy -DARCHIVES=a.a;b.a -P KeepMachineCode.cmake
foreach(archive ${ARCHIVES})
  execute_process(COMMAND ${OBJCOPY} --wildcard --remove-section=.gnu.lto_* ${archive}
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()
