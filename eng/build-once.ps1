# Builds the program for animarium.cmd unless it is newer than every source; the bash launcher does the same for itself.
param([string]$Root, [string]$Outputs, [string]$Torch)
$ErrorActionPreference = 'Stop'
$program = Join-Path $Outputs 'bin/Animarium.Cli/release/animarium.dll'
$stamp = Join-Path $Outputs 'built' # as old as the beginning of the last good build

function Test-Current {
    if (-not ((Test-Path $program) -and (Test-Path $stamp))) { return $false }
    $built = (Get-Item $stamp).LastWriteTimeUtc
    # Folders count, too: a deleted file leaves its trace there.
    $sources = @('src', 'bench', 'eng').ForEach({ Get-ChildItem (Join-Path $Root $_) -Recurse }) + (Get-ChildItem $Root -File -Filter 'Directory.*') + (Get-Item (Join-Path $Root 'global.json'))
    return -not ($sources | Where-Object { $_.LastWriteTimeUtc -gt $built } | Select-Object -First 1)
}

if (Test-Current) { exit 0 }
if (-not (dotnet --list-sdks | Where-Object { $_ -match '^10\.' })) {
    [Console]::Error.WriteLine('Animarium needs the .NET 10 SDK to build itself. Get it from https://dot.net/download and try again.')
    exit 6
}
try { New-Item -ItemType Directory -Force $Outputs | Out-Null }
catch {
    [Console]::Error.WriteLine("Animarium has to be built, but $Outputs cannot be written. Run it once as the owner of that folder.")
    exit 5
}

# One builder at a time; the system lets go of the lock of a process that dies.
$building = $null
while (-not $building) {
    try { $building = [IO.File]::Open((Join-Path $Outputs 'building.lock'), 'OpenOrCreate', 'ReadWrite', 'None') }
    catch [IO.IOException] { Start-Sleep -Milliseconds 200 }
}
try {
    if (Test-Current) { exit 0 } # another launcher was quicker
    [Console]::Error.WriteLine('Building Animarium (once) ...')
    $begin = [DateTime]::UtcNow
    $log = Join-Path $Outputs 'build.log'
    dotnet build (Join-Path $Root 'src/Animarium.Cli') -c Release "-p:Torch=$Torch" "-p:ArtifactsPath=$Outputs" --nologo -v quiet --disable-build-servers *> $log
    if ($LASTEXITCODE -ne 0) {
        Select-String -Path $log -Pattern 'error|warning' | Select-Object -First 20 | ForEach-Object { [Console]::Error.WriteLine($_.Line) }
        [Console]::Error.WriteLine("Animarium could not be built; all messages are in $log.")
        exit 1
    }
    Set-Content $stamp ''
    (Get-Item $stamp).LastWriteTimeUtc = $begin
}
finally { $building.Dispose() }
