/**
 * Arrs of the file, changed in the file: each key where its owner has it, in its section or in a table below. What
 * comes out is read again as at the start, and nothing is written that would switch a section off.
 */
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {declaredByVariables, demandReadable, refuseOverridden, type ConfigFile} from './config-file.ts'
import {isTable} from '../document.ts'
import type {FileArrs} from './file-arrs.ts'
import type {TextReading} from '../load.ts'
import {editPaths, removeSection, type PathEdit} from './toml-edit.ts'
import {parsed} from './toml-keys.ts'

export function fileArrs(file: ConfigFile): FileArrs {
  return {
    obstacle: (id) => file.obstacle(id),
    change: (id, edits) => file.edit((text) => changed(file, text, id, edits)),
    remove: (id) =>
      file.edit(async (text) => {
        demandSection(await file.read(text), text, id)
        const edited = removeSection(text, id)
        if (isThere(await file.read(edited), id)) throw declaredByVariables(id)
        return edited
      }),
  }
}

async function changed(
  file: ConfigFile,
  text: string,
  id: string,
  edits: readonly PathEdit[],
): Promise<string> {
  const reading = await file.read(text)
  demandSection(reading, text, id)
  for (const {path} of edits) refuseOverridden([id, ...path], reading)
  const edited = editPaths(
    text,
    edits.map(({path, value}) => ({path: [id, ...path], value})),
  )
  const off = (await file.read(edited)).config.off.find(({section}) => section === id)
  if (off) throw new BadArgument(`[${id}] could not be used any more: ${off.reason}.`)
  return edited
}

function demandSection(reading: TextReading, text: string, id: string): void {
  demandReadable(reading)
  if (!isThere(reading, id)) throw new CommodarrError('arr_unknown', `The file declares no Arr ${id}.`)
  if (!isTable(parsed(text)[id])) throw declaredByVariables(id)
}

function isThere({config: {arrs, off}}: TextReading, id: string): boolean {
  return arrs.some((it) => it.id === id) || off.some(({section}) => section === id)
}
