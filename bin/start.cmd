@echo off
rem Starts helpdesk-whatsapp: bin\start [profile]. No profile is config\application.properties alone; dev adds hot reload;
rem simulator is the simulated Cloud API and nothing else.
rem In a source folder it builds first, if something changed.
rem   JAVA_HOME  which Java runs it (else the one on the PATH)      JAVA_OPTS  JVM options (default -Xmx240m -XX:+UseParallelGC)
setlocal
cd /d "%~dp0.."

set "START_PROFILE=%~1"
if "%START_PROFILE:~0,1%"=="-" (
  echo bin\start: usage: bin\start [profile] 1>&2
  exit /b 1
)
rem Camel would start without it, and a misspelt `real` would be mock mode.
if defined START_PROFILE if not exist "config\application-%START_PROFILE%.properties" (
  echo bin\start: there is no profile %START_PROFILE%; see config\application-*.properties 1>&2
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

rem An archive of the classes that a start loads makes the next ones faster: the first start lists them, the second one makes the
rem archive of the list before it starts. Another Java or jar has one of its own. Where it does not fit, or this folder is read-only, the
rem JVM starts without; so it does with an agent or a flight recording, with which Java 17 crashes on the archive's classes.
set "START_SHARE=-Xlog:cds=off -Xlog:class+path=off"
if %START_MAJOR% GEQ 24 set "START_SHARE=%START_SHARE% -Xlog:aot=off"
(set JAVA_OPTS& set JDK_JAVA_OPTIONS& set JAVA_TOOL_OPTIONS) 2>nul | findstr /c:"-javaagent:" /c:"-agentlib:" /c:"-agentpath:" /c:"-XX:StartFlightRecording" /c:"-XX:+FlightRecorder" >nul
if not errorlevel 1 goto start
set "START_ARCHIVES=archive"
if exist pom.xml set "START_ARCHIVES=target\app\archive"
for %%J in ("%START_JAR%") do set "START_ARCHIVE=%START_ARCHIVES%\%START_VERSION%-%%~zJ"
if exist "%START_ARCHIVE%.jsa" goto shared
rem A start that came to nothing has listed few.
set "START_LISTED=0"
if exist "%START_ARCHIVE%.txt" for %%J in ("%START_ARCHIVE%.txt") do set "START_LISTED=%%~zJ"
if %START_LISTED% LSS 400000 goto list
echo bin\start: making the archive of classes 1>&2
"%START_JAVA%" -Xshare:dump "-XX:SharedClassListFile=%START_ARCHIVE%.txt" "-XX:SharedArchiveFile=%START_ARCHIVE%.jsa" -cp "%START_JAR%" >nul 2>&1
if not exist "%START_ARCHIVE%.jsa" goto start
:shared
set "START_SHARE=%START_SHARE% -XX:SharedArchiveFile=%START_ARCHIVE%.jsa"
goto start
:list
if not exist "%START_ARCHIVES%\" mkdir "%START_ARCHIVES%" 2>nul
(type nul > "%START_ARCHIVE%.txt") 2>nul
if exist "%START_ARCHIVE%.txt" set "START_SHARE=%START_SHARE% -XX:DumpLoadedClassList=%START_ARCHIVE%.txt"
:start
if defined START_PROFILE (
  "%START_JAVA%" %START_QUIET% %START_SHARE% -XX:+ExitOnOutOfMemoryError %JAVA_OPTS% -cp "%START_JAR%;config" helpdesk.whatsapp.Main -profile "%START_PROFILE%"
) else (
  "%START_JAVA%" %START_QUIET% %START_SHARE% -XX:+ExitOnOutOfMemoryError %JAVA_OPTS% -cp "%START_JAR%;config" helpdesk.whatsapp.Main
)
exit /b %ERRORLEVEL%
