@echo off
rem A customer writes in the simulator: bin\simulate text "hi", bin\simulate image photo.jpg --from 15551230001. bin\simulate help says all.
setlocal
set "SIMULATE_JAR=%~dp0..\helpdesk-whatsapp.jar"
if exist "%~dp0..\pom.xml" set "SIMULATE_JAR=%~dp0..\target\app\helpdesk-whatsapp.jar"
if not exist "%SIMULATE_JAR%" (
  echo bin\simulate: %SIMULATE_JAR% is not there; the first bin\start builds it. 1>&2
  exit /b 1
)
set "SIMULATE_JAVA=java"
if defined JAVA_HOME set "SIMULATE_JAVA=%JAVA_HOME%\bin\java.exe"
"%SIMULATE_JAVA%" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -cp "%SIMULATE_JAR%" helpdesk.whatsapp.simulator.shell.Simulate %*
exit /b %ERRORLEVEL%
