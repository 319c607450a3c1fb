/** `docs/reference/configuration.md`: "nothing is lost with what [notices] report". What protects or admits would be lost. */
import {expect, test} from 'vitest'
import {configOf} from '../config-text.fixture.ts'

const server = '[qBit]\nHost = "host"\nPort = 1\n'
const arr = '[Radarr-1080p]\nManaged = true\nURI = "http://r:1"\nAPIKey = "k"\nCategory = "films"\n'

test.each([
  // A server that its owner switched off is commanded.
  `${server}disabled = true\n`,
  // Slow downloads are removed, or sooner; more may be removed at once; what looks unlike counts as alike.
  `${arr}[Radarr-1080p.Torrent]\ndoNotRemoveSlow = true\n`,
  `${arr}[Radarr-1080p.Torrent]\nstalledDelay = 600\n`,
  `${arr}[Radarr-1080p.Torrent]\nignoreTorrentsYoungerThan = 86400\n`,
  `${arr}[Radarr-1080p.Torrent]\nmaximumDeletablePercentage = 0.1\n`,
  // Downloads are moved out of where they seed.
  `${arr}ImportMode = "Copy"\n`,
  `${server}pathMappings = []\n`,
  `${server}downloadRoots = ["/data"]\n`,
  '[Settings]\nfreeSpaceFolder = "/data"\n',
  '[Settings]\nignoreTorrentsYoungerThan = 86400\n',
  // Any page under a borrowed name is answered.
  '[WebUI]\nallowedHosts = ["fleet.example"]\n',
  '[WebUI]\nbehindHttpsProxy = true\n',
  '[WebUI.OIDC]\nauthority = "https://login.example"\n',
  // Elsewhere than where it is read.
  `${arr}stalledDelay = 600\n`,
  'Disabled = true\n[qBit]\nHost = "host"\nPort = 1\n',
  '[Settings]\ntorrent = {maximumETA = 3600}\n',
])('a key that protects and is written otherwise is a warning: %j', async (text) => {
  const {findings} = await configOf(text)
  expect(findings.filter(({code}) => code === 'unknown_key').map(({severity}) => severity)).toEqual([
    'warning',
  ])
})

test.each([
  '[WebUI]\ntheme = "Dark"\n',
  '[Settings]\nloopSleepTimer = 5\n',
  `${server}pollSeconds = 5\n`,
  `${arr}reSearch = true\n`,
  `${arr}[Radarr-1080p.entrySearch]\nSearchMissing = true\n`,
  `${arr}[Radarr-1080p.Torrent]\nautoDelete = true\n`,
  // It decides nothing there.
  '[Settings]\nAllowedHosts = ["fleet.example"]\n',
  'Colour = "blue"\n',
])('a key that decides neither is a notice: %j', async (text) => {
  const {findings} = await configOf(text)
  expect(findings.filter(({code}) => code === 'unknown_key').map(({severity}) => severity)).toEqual([
    'notice',
  ])
})
