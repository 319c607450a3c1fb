/** Asks Arrs for people, each time over a connection of its own, under the same rules as a server of whoever asks. */
import {applyFix} from '#arr/apply-fix.ts'
import {openArr} from '#arr/api/open.ts'
import type {ArrPort} from '#arr/api/port.ts'
import {discover, type ArrSetup} from '#arr/discover.ts'
import {examine, type DoctorFinding} from '#arr/doctor.ts'
import {withoutEnd} from '#kit/without-end.ts'
import type {ArrAsker, ArrFinding, ArrWay, FoundArr} from '#model/arr-service.ts'
import {policyFor} from './ask-arr.ts'

/** What is removed after seeding we remove. */
const ours = {removes: true}

export const arrAsker: ArrAsker = {
  status: (way) => asked(way, async ({status}) => status),
  discover: (way) => asked(way, async (port) => foundIn(await discover(port), way)),
  diagnose: (way) => asked(way, async (port) => examine(await discover(port), ours).map(shown)),
  fix: (way, code, about) =>
    asked(way, async (port) => {
      const findings = examine(await discover(port), ours)
      const meant = findings.filter((it) => it.code === code && (about === null || it.about === about))
      const fixed: ArrFinding[] = []
      for (const finding of meant) {
        if (finding.fix === null) continue
        await applyFix(port, finding.fix)
        fixed.push(shown(finding))
      }
      return fixed
    }),
}

/** Where it keeps its library, as it writes the paths. @throws {CommodarrError} */
export async function rootFoldersOf(way: ArrWay): Promise<readonly string[]> {
  const folders = await asked(way, (port) => port.rootFolders())
  return folders.map(({path}) => path)
}

async function asked<T>(
  {url, apiKey, skipVerify, reach}: ArrWay,
  work: (port: ArrPort) => Promise<T>,
): Promise<T> {
  const port = await openArr({url, apiKey, skipVerify}, policyFor(reach))
  try {
    return await work(port)
  } finally {
    await port.close()
  }
}

function foundIn(setup: ArrSetup, {url}: ArrWay): FoundArr {
  const {status, mappings, rootFolders, profiles, requestManagers, clients} = setup
  const {app, name, version, inContainer} = status
  const arr = {app, name, version, inContainer, url: withoutEnd(url.trim(), '/')}
  const findings = examine(setup, ours).map(shown)
  return {status, clients: {arr, clients}, mappings, rootFolders, profiles, requestManagers, findings}
}

function shown({code, severity, sentence, about, fix}: DoctorFinding): ArrFinding {
  return {code, severity, sentence, about, fixable: fix !== null}
}
