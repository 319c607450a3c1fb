import {ArrowDown, ArrowUp} from 'lucide-react'
import {text} from '../../../i18n/text.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Select} from '../../../ui/Select.tsx'
import {columns} from '../columns.ts'
import {readSort, standardSort, writeSort} from '../table/sort-keys.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {DisplayLine} from './DisplayLine.tsx'
import {withDirection, withKey} from './sort-choice.ts'

const places = ['first', 'second', 'third'] as const
const NONE = ''

const sortable = columns.filter((column) => column.sort !== null)

/** By what the list is sorted: first, then, and then. */
export function SortEditor() {
  const [{sort = standardSort}, change] = useTorrentsSearch()
  const keys = readSort(sort)
  const write = (next: typeof keys) => change({sort: writeSort(next) || undefined})
  return (
    <>
      {places.slice(0, keys.length + 1).map((place, at) => {
        const key = keys[at]
        const label = text(at === 0 ? 'display.sort.first' : 'display.sort.then')
        const others = new Set(keys.filter((it) => it !== key).map(({by}) => by))
        return (
          <DisplayLine key={place} label={label}>
            <Select
              label={label}
              value={key?.by ?? NONE}
              onChange={(by) => write(withKey(keys, at, by === NONE ? null : by))}
              options={[
                ...(at === 0 ? [] : [{value: NONE, label: text('display.sort.nothing')}]),
                ...sortable
                  .filter((column) => !others.has(column.sort!))
                  .map((column) => ({value: column.sort!, label: text(column.title)})),
              ]}
            />
            {key && (
              <IconButton
                label={text(key.isDown ? 'display.sort.down' : 'display.sort.up')}
                icon={key.isDown ? ArrowDown : ArrowUp}
                onClick={() => write(withDirection(keys, at, !key.isDown))}
              />
            )}
          </DisplayLine>
        )
      })}
    </>
  )
}
