import {keyPathText, type KeyPath} from '../document/key-path.ts'
import type {Reading} from '../schema/read-table.ts'

/**
 * Where keys of the web interface have stood: `Host`, `Port`, `Token` once in `[Settings]`, with `WebUI` before them in 5.0 and 5.1; `SecureCookies` is
 * `BehindHttpsProxy` now; grouping went away. And a freshly generated file has `LiveArr`, `Theme` and `ViewDensity`
 * below the header `[WebUI.OIDC]`, so that is where they parse to.
 */
export function moveWebUiKeys(reading: Reading): void {
  for (const key of ['Host', 'Port', 'Token']) {
    moveKey(reading, ['Settings', key], ['WebUI', key], true)
    moveKey(reading, ['Settings', `WebUI${key}`], ['WebUI', key], true)
  }
  moveKey(reading, ['WebUI', 'SecureCookies'], ['WebUI', 'BehindHttpsProxy'], true)
  for (const key of ['LiveArr', 'Theme', 'ViewDensity']) {
    moveKey(reading, ['WebUI', 'OIDC', key], ['WebUI', key], false)
  }
  for (const key of ['GroupSonarr', 'GroupLidarr']) dropKey(reading, ['WebUI', key])
}

/** The newer place wins where both are set. */
function moveKey(reading: Reading, from: KeyPath, to: KeyPath, isReported: boolean): void {
  const {document} = reading
  if (!document.has(from)) return
  const isTaken = document.has(to)
  if (isReported) {
    reading.remark(from, {
      severity: 'notice',
      code: 'migrated',
      message: isTaken
        ? `This key moved to ${keyPathText(to)}, which is set too and wins.`
        : `This key moved; it is read as ${keyPathText(to)}.`,
    })
  }
  if (isTaken) document.remove(from)
  else document.move(from, to)
}

function dropKey(reading: Reading, path: KeyPath): void {
  if (!reading.document.has(path)) return
  reading.remark(path, {severity: 'notice', code: 'migrated', message: 'This key has no meaning any more.'})
  reading.document.remove(path)
}
