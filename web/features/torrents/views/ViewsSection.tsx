import {useQuery} from '@tanstack/react-query'
import {List, TriangleAlert} from 'lucide-react'
import {useId} from 'react'
import {normalised} from '#search-query/normalised.ts'
import {viewsQuery} from '../../../api/views.ts'
import type {LiveView} from '../../../live/view.ts'
import {text} from '../../../i18n/text.ts'
import {count} from '../../../ui/format.ts'
import {readScope} from '../../servers/switcher/scope.ts'
import {FoldButton} from '../filters/FoldButton.tsx'
import {useFolded} from '../filters/use-folded.ts'
import type {TorrentsSearch} from '../torrents-search.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import {searchOf} from './saved-view.ts'
import {ViewMenu} from './ViewMenu.tsx'
import {ViewCount, ViewRow} from './ViewRow.tsx'
import {viewIcon} from './view-icons.ts'

/** What somebody should look at. */
const attention = 'state:stalled,error,missing'
/** Each number is a live view of its own, and a page has only so many. */
const MOST_COUNTED = 6

/** Everything, what needs attention, and what this person saved. */
export function ViewsSection({view}: {view: LiveView}) {
  const [{q = '', servers, view: open}] = useTorrentsSearch()
  const [isFolded, setFolded] = useFolded('views')
  const {data: saved = []} = useQuery(viewsQuery)
  const id = useId()
  const scope: TorrentsSearch = servers === undefined ? {} : {servers}
  const isPlain = !saved.some((it) => it.id === open)
  const all = view.scopeTotals?.count
  return (
    <section aria-labelledby={id} className="mt-0.5">
      <h3 id={id} className="text-11 font-bold text-text-3 max-phone:text-12">
        <FoldButton isFolded={isFolded} onFold={setFolded} name={text('facet.views')} />
      </h3>
      {!isFolded && (
        <ul aria-labelledby={id}>
          <li>
            <ViewRow
              icon={List}
              label={text('view.all')}
              search={scope}
              isHere={isPlain && q === ''}
              total={all === undefined ? '' : count(all)}
            />
          </li>
          <li>
            <ViewRow
              icon={TriangleAlert}
              label={text('view.attention')}
              search={{...scope, q: attention}}
              isHere={isPlain && normalised(q) === normalised(attention)}
              total={<ViewCount q={attention} servers={readScope(servers)} />}
            />
          </li>
          {saved.map((it, at) => (
            <li key={it.id}>
              <ViewRow
                icon={viewIcon(it.icon)}
                label={it.name}
                search={searchOf(it)}
                isHere={it.id === open}
                total={
                  at < MOST_COUNTED ? <ViewCount q={it.definition.q} servers={it.definition.servers} /> : ''
                }
                menu={<ViewMenu view={it} views={saved} />}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
