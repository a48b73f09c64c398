@echo off
rem Runs Maven: the mvn of the PATH if it is 3.8 or newer, else a pinned one, fetched once from the Apache archive and verified.
rem   MAVEN_USER_HOME  where it is kept (default %USERPROFILE%\.m2)
rem   MVNW_ARCHIVE     a mirror of the archive, for networks that do not reach it
setlocal
set "MVNW_SELF=%~f0"
set "MVNW_RESULT=%TEMP%\mvnw-%RANDOM%-%RANDOM%.txt"
powershell -NoProfile -ExecutionPolicy Bypass -Command "Invoke-Expression ((Get-Content -Raw -LiteralPath $env:MVNW_SELF) -split '(?m)^rem POWERSHELL\r?$')[1]"
if errorlevel 1 exit /b 1
set "MVNW_MAVEN="
set /p MVNW_MAVEN=<"%MVNW_RESULT%"
del "%MVNW_RESULT%"
if not defined MVNW_MAVEN exit /b 1
call "%MVNW_MAVEN%" %*
exit /b %ERRORLEVEL%
rem POWERSHELL
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$version = '3.9.11'
$sha512 = 'bcfe4fe305c962ace56ac7b5fc7a08b87d5abd8b7e89027ab251069faebee516b0ded8961445d6d91ec1985dfe30f8153268843c89aa392733d1a3ec956c9978'
function Fail($message) { [Console]::Error.WriteLine("mvnw: $message"); exit 1 }
function Use-Maven($path) { [IO.File]::WriteAllText($env:MVNW_RESULT, $path); exit 0 }
function First-Match($command, $argument, $pattern) {
  $info = New-Object Diagnostics.ProcessStartInfo $env:ComSpec, "/d /c `"`"$command`" $argument 2>&1`""
  $info.UseShellExecute = $false
  $info.RedirectStandardOutput = $true
  $process = [Diagnostics.Process]::Start($info)
  $text = $process.StandardOutput.ReadToEnd()
  $process.WaitForExit()
  [regex]::Match($text, $pattern)
}

$javac = if ($env:JAVA_HOME) { Join-Path $env:JAVA_HOME 'bin\javac.exe' } else { 'javac' }
$jdk = First-Match $javac '-version' '(?m)^javac (\d+)'
if (-not $jdk.Success -or [int]$jdk.Groups[1].Value -lt 17) {
  Fail "a JDK 17 or newer is needed (a JRE is not enough); set JAVA_HOME to one. JAVA_HOME is '$env:JAVA_HOME'."
}

$mvn = Get-Command mvn.cmd -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
if ($mvn) {
  $found = First-Match $mvn.Path '--version' 'Apache Maven (\d+)\.(\d+)'
  if ($found.Success -and [version]"$($found.Groups[1].Value).$($found.Groups[2].Value)" -ge [version]'3.8') { Use-Maven $mvn.Path }
}

$archive = if ($env:MVNW_ARCHIVE) { $env:MVNW_ARCHIVE } else { 'https://archive.apache.org/dist/maven' }
$base = if ($env:MAVEN_USER_HOME) { $env:MAVEN_USER_HOME } else { Join-Path $env:USERPROFILE '.m2' }
$target = Join-Path $base "wrapper\apache-maven-$version"
$program = Join-Path $target 'bin\mvn.cmd'
if (Test-Path -LiteralPath $program) { Use-Maven $program }

$url = "$archive/maven-3/$version/binaries/apache-maven-$version-bin.tar.gz"
$work = "$target.$([guid]::NewGuid())"
New-Item -ItemType Directory -Force -Path $work | Out-Null
try {
  [Console]::Error.WriteLine("mvnw: no Maven 3.8 or newer on the PATH, fetching $url")
  $file = Join-Path $work 'maven.tar.gz'
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  try { (New-Object Net.WebClient).DownloadFile($url, $file) }
  catch { Fail "can't fetch $url ($($_.Exception.Message)); put a Maven 3.8 or newer on the PATH, or set MVNW_ARCHIVE." }
  $sum = (Get-FileHash -Algorithm SHA512 -LiteralPath $file).Hash.ToLowerInvariant()
  if ($sum -ne $sha512) { Fail "wrong checksum: $url is not the Apache Maven $version we know (SHA-512 $sum). Nothing was installed." }
  # The tar of Windows 10 and later: the same archive and the same checksum as on every other system.
  & "$env:SystemRoot\System32\tar.exe" -xzf $file -C $work
  if ($LASTEXITCODE -ne 0) { Fail "can't unpack $url." }
  try { [IO.Directory]::Move((Join-Path $work "apache-maven-$version"), $target) }
  catch { if (-not (Test-Path -LiteralPath $program)) { Fail "can't write $target ($($_.Exception.Message))." } }
} finally {
  Remove-Item -Recurse -Force -LiteralPath $work -ErrorAction SilentlyContinue
}
Use-Maven $program
