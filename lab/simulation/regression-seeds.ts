import type {PaceName} from './pace.ts'
import type {Edition} from './plan.ts'

/** Seeds that once broke something, with the days it took, at the pace and in the edition of the world in which they did. They run with every new one. */
export const keptSeeds: readonly (readonly [seed: number, days: number, pace: PaceName, edition: Edition])[] =
  [
    [7, 0.1, 'wire', 1],
    [21, 0.075, 'wire', 1],
    [31, 0.045, 'wire', 1],
    [8208, 0.2, 'leaps', 1],
    [8217, 0.2, 'leaps', 1],
    [9203, 0.1, 'leaps', 1],
    [20013, 0.1, 'leaps', 1],
    [61043, 0.05, 'leaps', 1],
    // Its Arr rejects what somebody brought to life again.
    [115006303, 0.35, 'leaps', 1],
    // A server whose clock was set back begins again, and lists half of what it has.
    [115006258, 0.3, 'leaps', 1],
    // An rTorrent counts hours without files as seeding.
    [73017671, 1, 'leaps', 1],
    // A removal is put off for a day, in which the clock is set back by 41 hours.
    [60970845, 2.2, 'leaps', 1],
    // What its Arr asks of a tracker holds on a Transmission, too.
    [710000012, 0.6, 'leaps', 1],
    // An Arr fails for two hours while a download is given up, and when it is well its server is silent.
    [90532247, 1, 'leaps', 1],
    // Somebody brings to life what is about to be given up.
    [198295163, 0.1, 'leaps', 1],
    // What seeds while the clock is set back by sixteen hours pays its tracker anyway.
    [198294974, 1.55, 'leaps', 1],
    // A person removes what seeds, and it comes again.
    [198295217, 1.65, 'leaps', 1],
    // A server lists none of its torrents for so long that it is believed, and then new ones.
    [175905317, 0.45, 'leaps', 1],
    // A server that was away starts again, and nobody says that it is well.
    [235876923, 0.85, 'leaps', 1],
    // What lost its files is checked, and its check has to end.
    [235877143, 1.1, 'leaps', 1],
    // A torrent is lost by its Transmission while others wait in its queue.
    [77382563, 1.2, 'leaps', 1],
    // Somebody brings a download to life while nobody can be reached.
    [30067870, 0.3, 'leaps', 1],
    // A server takes on a cross-seed while it is away, and then its section is lost.
    [206862844, 0.08, 'leaps', 3],
    // The machine sleeps, and a database that does not know what seeds on an rTorrent is put back.
    [225308531, 0.25, 'leaps', 3],
    // A server that nobody mapped takes on a cross-seed while it is away, in a folder that it calls otherwise.
    [910011, 1.3, 'leaps', 3],
    // An Arr that is busy is asked again and again whether its check is over.
    [910016, 0.4, 'leaps', 3],
    // A section is lost whose server is silent: whoever waits for its end lets time pass.
    [234261818, 2, 'leaps', 3],
    // An Arr refuses for an hour to be told of one download.
    [228798614, 2, 'leaps', 3],
    // A server lists again what it named as removed, without its tracker, to which it is owed.
    [112738028, 0.77, 'leaps', 3],
    // An Arr refuses for an hour to be told of two downloads.
    [223171232, 0.06, 'leaps', 3],
    // An Arr that begins again with its backup gives up a download before anybody looks at it.
    [211133210, 0.1, 'leaps', 3],
    // The program starts again while no tracker of a server with one running torrent answers.
    [57693620, 0.1, 'leaps', 3],
    // A cross-seed of links is looked at while its disk is away, and what it leads to is removed once it is back.
    [180729215, 1.5, 'leaps', 3],
    // Two downloads that are put off, of which their Arr says something else each minute, take a look of it each time.
    [194264825, 1.7, 'leaps', 3],
    // A disk is back while no tracker of an rTorrent answers, whose messages still tell of the disk.
    [112737997, 0.14, 'leaps', 3],
    // An Arr refuses for hours to be told of four downloads, which fail one after the other.
    [69267878, 0.25, 'leaps', 3],
    // A magnet link without metadata is on its server as it was six minutes before, and lacks it still.
    [25115757, 0.06, 'leaps', 4],
    // What stands still after a start begins to do so at once, not when the world looks at it.
    [158230749, 1.1, 'leaps', 4],
    // A magnet link that was given up is on its server again as it was twenty hours before, without metadata.
    [79523909, 1.4, 'leaps', 4],
    // A torrent is new to a restored database, and its tracker had another host name in the time that it lacks.
    [206099625, 1.05, 'leaps', 4],
    // A torrent was added again on an rTorrent that then goes back to older copies of itself, and seeds on.
    [69194900, 0.1, 'leaps', 3],
  ]
