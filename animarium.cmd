@echo off
rem Builds the program once, then runs it: animarium --help
rem   ANIMARIUM_TORCH=cuda             builds with libtorch for NVIDIA cards (cpu is the default)
rem   ANIMARIUM_LIBTORCH=C:\libtorch   brings no libtorch along and loads that one
setlocal DisableDelayedExpansion
set "torch=%ANIMARIUM_TORCH%"
if not defined torch if defined ANIMARIUM_LIBTORCH set "torch=none"
if not defined torch set "torch=cpu"
set "outputs=%~dp0artifacts"
if not "%torch%"=="cpu" set "outputs=%~dp0artifacts\torch-%torch%"
where dotnet >nul 2>nul
if errorlevel 1 (
  echo Animarium needs the .NET 10 SDK, and there is no 'dotnet' on this machine. Get it from https://dot.net/download and try again. 1>&2
  exit /b 6
)
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0eng\build-once.ps1" -Root "%~dp0." -Outputs "%outputs%" -Torch "%torch%"
if errorlevel 1 exit /b %errorlevel%
dotnet "%outputs%\bin\Animarium.Cli\release\animarium.dll" %*
exit /b %errorlevel%
