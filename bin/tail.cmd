@echo off
rem Follows what goes in and out of the simulator, from its journal; bin\tail --json as JSON lines. bin\tail --help says all.
call "%~dp0simulate.cmd" tail %*
exit /b %ERRORLEVEL%
