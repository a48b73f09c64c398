@echo off
rem Starts helpdesk-whatsapp: bin\start [profile]. No profile is config\application.properties alone; dev adds hot reload.
rem In a source folder it builds first, if something changed.
rem   JAVA_HOME  which Java runs it (else the one on the PATH)      JAVA_OPTS  JVM options (default -Xmx240m -XX:+UseParallelGC)
setlocal
cd /d "%~dp0.."

set "START_PROFILE=%~1"
if "%START_PROFILE:~0,1%"=="-" (
  echo bin\start: usage: bin\start [profile] 1>&2
  exit /b 1
)

set "START_JAVA=java"
if defined JAVA_HOME set "START_JAVA=%JAVA_HOME%\bin\java.exe"
set "START_OUT=%TEMP%\start-%RANDOM%-%RANDOM%.txt"
"%START_JAVA%" -version 2>&1 | findstr /c:" version " > "%START_OUT%"
set "START_VERSION="
for /f "usebackq tokens=3" %%v in ("%START_OUT%") do if not defined START_VERSION set "START_VERSION=%%~v"
del "%START_OUT%"
set "START_MAJOR=0"
if defined START_VERSION for /f "delims=.-+" %%m in ("%START_VERSION%") do set "START_MAJOR=%%m"
if %START_MAJOR% LSS 17 (
  echo bin\start: Java 17 or newer is needed; set JAVA_HOME to one. 1>&2
  exit /b 1
)

set "START_JAR=helpdesk-whatsapp.jar"
if not exist pom.xml goto built
set "START_JAR=target\app\helpdesk-whatsapp.jar"
powershell -NoProfile -Command "$jar = Get-Item 'target/app/helpdesk-whatsapp.jar' -ErrorAction SilentlyContinue; if (-not $jar) { exit 1 }; if (@(Get-Item pom.xml; Get-ChildItem -Recurse src/main) | Where-Object { $_.LastWriteTime -gt $jar.LastWriteTime }) { exit 1 }"
if not errorlevel 1 goto built
echo bin\start: building 1>&2
call mvnw.cmd -q -B -ntp compile jar:jar appassembler:create-repository
if errorlevel 1 (
  echo bin\start: the build failed. 1>&2
  exit /b 1
)
powershell -NoProfile -Command "(Get-Item 'target/app/helpdesk-whatsapp.jar').LastWriteTime = Get-Date"
:built
if not exist "%START_JAR%" (
  echo bin\start: neither pom.xml nor %START_JAR% in %CD%. 1>&2
  exit /b 1
)

rem Netty and others use what later versions of Java warn of.
set "START_QUIET="
if %START_MAJOR% GEQ 24 set "START_QUIET=--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
if not defined JAVA_OPTS set "JAVA_OPTS=-Xmx240m -XX:+UseParallelGC"
if defined START_PROFILE (
  "%START_JAVA%" %START_QUIET% -XX:+ExitOnOutOfMemoryError %JAVA_OPTS% -cp "config;%START_JAR%" helpdesk.whatsapp.Main -profile "%START_PROFILE%"
) else (
  "%START_JAVA%" %START_QUIET% -XX:+ExitOnOutOfMemoryError %JAVA_OPTS% -cp "config;%START_JAR%" helpdesk.whatsapp.Main
)
exit /b %ERRORLEVEL%
