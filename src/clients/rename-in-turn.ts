/** Names of several files of one torrent, on a server that takes one at a time. */
import {CommodarrError, ServerFault} from '#model/errors.ts'
import type {Renamed} from '#model/command.ts'

/**
 * All of them or none: what is refused has those before it renamed back, the last one first.
 * @param rename asks the server once
 * @throws {CommodarrError} of the one that was refused, which it names; {ServerFault} the answer is missing, so that some
 *   of them may be renamed
 */
export async function renameInTurn(
  files: readonly Renamed[],
  rename: (file: Renamed) => Promise<void>,
): Promise<void> {
  for (const [at, file] of files.entries()) {
    try {
      await rename(file)
    } catch (error) {
      if (at === 0 && files.length === 1) throw error
      if (error instanceof ServerFault) throw brokenOff(error, at, files)
      if (!(error instanceof CommodarrError)) throw error
      const left = await renamedBack(files.slice(0, at), rename)
      const words =
        left === 0 ? 'No file has another name now.' : `${left} of ${files.length} have their new name.`
      throw new CommodarrError(error.code, `“${file.from}”: ${error.message} ${words}`, error.about, error)
    }
  }
}

/** @returns how many kept their new names */
async function renamedBack(
  files: readonly Renamed[],
  rename: (file: Renamed) => Promise<void>,
): Promise<number> {
  let left = 0
  for (const {from, to} of files.toReversed()) {
    await rename({from: to, to: from}).catch((error: unknown) => {
      if (!(error instanceof CommodarrError)) throw error
      left++
    })
  }
  return left
}

function brokenOff(fault: ServerFault, done: number, files: readonly Renamed[]): ServerFault {
  const {reason, outcomeUnknown, retryAt, wasSilent, about} = fault
  const message = `${done} of ${files.length} files were renamed, then: ${fault.message}`
  const more = {about, cause: fault, outcomeUnknown: outcomeUnknown || done > 0, retryAt, wasSilent}
  return new ServerFault(fault.code, reason, message, more)
}
