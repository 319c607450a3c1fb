import {expect, test} from 'vitest'
import {refusedGrabs} from './shapes.ts'

const refused =
  'NzbDrone.Core.Download.Clients.DownloadClientException: Download client failed to add torrent'
const why = 'Download client failed to add torrent'

test.each([
  [
    `Couldn't add release 'Film.2020-A' from Indexer lab: x to download queue.: ${why}`,
    refused,
    'Film.2020-A',
    why,
  ],
  [`Couldn't add report 'Film.2020-A' from Indexer lab to download queue.`, refused, 'Film.2020-A', why],
  [`Couldn't add report 'Film.2020-A' from Indexer lab to download queue`, '', 'Film.2020-A', ''],
  // Lidarr, Readarr and older Sonarrs.
  [
    `Couldn't add report to download queue. Artist: Live - Album (2020) [FLAC]: ${why}`,
    refused,
    'Artist: Live - Album (2020) [FLAC]',
    why,
  ],
  [`Couldn't add report to download queue. Artist - Album`, '', 'Artist - Album', ''],
  [`Couldn't process anything. ${why}`, refused, null, null],
])('what was refused is read from the line %j', (message, exception, title, said) => {
  const {records} = refusedGrabs.parse({records: [{time: '2026-01-02T03:04:05Z', message, exception}]})
  const [line] = records
  expect(line === null ? null : [line!.title, line!.why]).toEqual(title === null ? null : [title, said])
})
