/** Which keys of the configuration an edit changed, by their names alone. */
import {Secret} from '#model/secret.ts'
import type {LoadedConfig} from './config.ts'
import {isTable, type RawTable} from './document/document.ts'
import {visible} from './document/findings.ts'
import {keyPathText, type KeyPath} from './document/key-path.ts'
import {sameValue} from './schema/diff-servers.ts'

type Read = Pick<LoadedConfig, 'values' | 'sectionOf'>

/** @returns paths of keys (`Settings.FreeSpace`), of lists and rows as one, in the order of the sections */
export function changedKeys(before: Read, after: Read): readonly string[] {
  const sections = new Set([...before.values(), ...after.values()].map(({section}) => section))
  return [...sections].flatMap((section) =>
    differing(before.sectionOf(section) ?? {}, after.sectionOf(section) ?? {}, [section]),
  )
}

function differing(one: RawTable, other: RawTable, above: KeyPath): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) => {
    const [was, is] = [one[key], other[key]]
    if (sameValue(was, is)) return []
    const path = [...above, key]
    const [from, to] = [tableOf(was), tableOf(is)]
    return from === null || to === null ? [visible(keyPathText(path))] : differing(from, to, path)
  })
}

/** What is absent is a table without keys; `null` = it is none. */
function tableOf(value: unknown = {}): RawTable | null {
  return isTable(value) && !(value instanceof Secret) ? value : null
}
