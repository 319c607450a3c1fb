/** Torrents leave Deluges of the oldest and the newest version, beside whoever has the same files. */
import {rows} from './removal-rows.ts'
import {removals} from './removals.fixture.ts'

removals(rows.filter(({kind}) => kind === 'deluge'))
