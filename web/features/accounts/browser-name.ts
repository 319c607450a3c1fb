/** What people call what a browser says of itself: "Firefox on Linux". '' = nothing we know. */
export function browserName(agent: string): string {
  const browser = browsers.find(([shape]) => shape.test(agent))?.[1] ?? ''
  const system = systems.find(([shape]) => shape.test(agent))?.[1] ?? ''
  return browser !== '' && system !== '' ? `${browser}, ${system}` : browser || system
}

/** The first that fits: most call themselves by the names of others, too. */
const browsers = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser/, 'Samsung Internet'],
  [/Firefox\/|FxiOS/, 'Firefox'],
  [/Chrome\/|CriOS|Chromium/, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/curl\//, 'curl'],
] as const

const systems = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
] as const
