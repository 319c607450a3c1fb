import {expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import {asksUntil, bounds, fileOf, type Stage} from './stage.conformance.ts'

/**
 * Real peers: a companion (another server behind its own client) trades with the one under test.
 * The tracker keeps silent; peers meet because one is told of the other.
 */
export function peers(stage: () => Stage): void {
  test('peers are listed while they download, and banned where that is offered', async () => {
    const at = stage()
    const leech = at.companion
    const made = at.make({content: 600_000})
    const hash = await at.addComplete(made)
    await leech.client.server.addTorrent({source: fileOf(made), start: true, downLimit: 64_000}, bounds)
    const address = `${at.daemon.peerAddress}:${at.daemon.peerPort}`
    await asksUntil(
      'the companion among the peers',
      () => leech.client.control.addPeers([hash], {peers: [address]}, bounds),
      async () => (await at.observe.peers(hash)).length > 0,
    )
    const [peer] = await waitUntil('it in our list', async () => {
      const listed = await at.client.details.peers(hash, bounds)
      return listed.length > 0 && listed
    })
    expect(peer!.address).toMatch(new RegExp(`^${leech.daemon.peerAddress.replaceAll('.', '\\.')}:\\d+$`))
    expect(peer!.client).toMatch(/qbittorrent/i)
    expect(peer!.progress).toBeGreaterThanOrEqual(0)
    const ban = () => at.client.server.banPeers({peers: [peer!.address]}, bounds)
    if (!(await at.offers('banPeers', ban))) return
    await waitUntil('the banned peer to go', async () => (await at.observe.peers(hash)).length === 0)
    await pardon(at)
  })

  test('a peer whose address it gets is enough to download from', async () => {
    const at = stage()
    const seed = at.companion
    const made = at.make({content: 200_000})
    made.writePayload(seed.daemon.downloadDir)
    await seed.client.server.addTorrent({source: fileOf(made), start: true}, bounds)
    // Only when it announces does it take peers; before, it turns them away, and rTorrent asks nobody twice.
    await waitUntil('the companion to seed', () =>
      at.tracker.log.some(({hash, left}) => hash === made.hash && left === 0),
    )
    await at.client.server.addTorrent({source: fileOf(made), start: true}, bounds)
    await at.until(made.hash, 'running', (seen) => seen.running && !seen.checking)
    const address = `${seed.daemon.peerAddress}:${seed.daemon.peerPort}`
    const report = () => at.client.control.addPeers([made.hash], {peers: [address]}, bounds)
    if (!(await at.offers('addPeers', report))) return
    await asksUntil(
      'the whole payload',
      report,
      async () => (await at.observe.torrent(made.hash))?.progress === 1,
    )
  })
}

/** qBittorrent keeps a ban for ever, and everybody here has the same address. */
async function pardon(at: Stage): Promise<void> {
  if (((await at.observe.bannedPeers()) ?? []).length === 0) return
  await at.client.server.setPreferences({values: {banned_IPs: ''}}, bounds)
}
