/** What is different of the program itself: who is let in, what a variable decides, where room is measured. */
import {showValue} from '#config/schema/findings.ts'
import type {DifferencePlace} from '#model/qbitrr-migration.ts'
import type {Telling} from './telling.ts'

const onOff = ['Logging', 'Tagless', 'AutoPauseResume', 'FFprobeAutoUpdate', 'AutoUpdateEnabled'] as const
const reach = ['Host', 'Port', 'UserName', 'Password']

export const programTellings: readonly Telling[] = [
  {
    id: 'safe-door',
    weight: 'careful',
    places: (keys) =>
      keys.loaded.findings
        .filter(({code, path}) => code === 'safe_default' && path !== null)
        .map(({path}): DifferencePlace => ({key: path!, line: null, variable: null, value: 'false'})),
    before: 'In a file that did not have these keys, qBitrr let everybody in.',
    now: 'Without these keys the safe value holds: whoever comes has to log in.',
    why: 'Whoever reaches the page can delete everything.',
    change: 'Write the key as true into [WebUI] to have it as before.',
  },
  {
    id: 'variables-of-servers',
    weight: 'different',
    places: (keys) =>
      reach.flatMap((key) => {
        const place = keys.at(['qBit', key], key === 'Password' ? '***' : 'as the variable says')
        return place.variable?.startsWith('QBITRR_') ? [place] : []
      }),
    before: 'These variables only filled in a file that was written anew; afterwards the file decided.',
    now: 'These variables decide how the server is reached, whatever the file says.',
    why: 'That is what everybody expects of a variable.',
    change: 'Take the variable away to have the file decide.',
  },
  {
    id: 'variables-that-say-no',
    weight: 'different',
    places: (keys) =>
      onOff.flatMap((key) => {
        const place = keys.at(['Settings', key], 'false')
        return place.variable?.startsWith('QBITRR_') && !keys.settings[key] ? [place] : []
      }),
    before: 'A variable that said no did not win over a yes in the file.',
    now: 'A variable wins over the file, with a no as with a yes.',
    why: 'That is what everybody expects of a variable.',
    change: 'Take the variable away to have the file decide.',
  },
  {
    id: 'free-space',
    weight: 'different',
    places: (keys) =>
      keys.settings.FreeSpace === null
        ? []
        : [keys.at(['Settings', 'FreeSpace'], writtenSize(keys.settings.FreeSpace))],
    before: 'qBitrr measured one folder and took it for the room of every server.',
    now: 'Each server is measured by what it says itself of its disk; the folder counts where it is on a disk of ours.',
    why: 'Servers on other machines have other disks.',
    change: 'FreeSpace = "-1" switches it off.',
  },
  {
    id: 'web-interface',
    weight: 'different',
    places: (keys) => (keys.loaded.config.webui.Token === null ? [] : [keys.at(['WebUI', 'Token'], '***')]),
    before: 'Programs could ask qBitrr for its processes, queues and logs with this token.',
    now: 'The token still opens the door, but the addresses are others: they are described at /api/docs.',
    why: 'There is far more to ask for: every torrent of every server.',
    change: 'Change the addresses in dashboards and scripts that asked qBitrr.',
  },
  {
    id: 'self-update',
    weight: 'notYet',
    places: (keys) =>
      keys.settings.AutoUpdateEnabled ? [keys.at(['Settings', 'AutoUpdateEnabled'], 'true')] : [],
    before: 'qBitrr replaced itself with newer versions.',
    now: 'Commodarr does not update itself.',
    why: 'This part is not built yet.',
    change: 'Update it as you installed it.',
  },
]

/** Bytes as the file spells them. */
function writtenSize(bytes: number): string {
  const units = ['', 'K', 'M', 'G', 'T', 'P']
  let value = bytes
  let unit = 0
  while (value >= 1024 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return showValue(`${value}${units[unit]}`)
}
