import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {List, type LucideIcon} from 'lucide-react'
import {useId, type ReactNode} from 'react'
import {normalised} from '#search-query/normalised.ts'
import {sharedViewsQuery, viewsQuery} from '../../../api/views.ts'
import {text} from '../../../i18n/text.ts'
import type {LiveView} from '../../../live/view.ts'
import {count} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {readScope, scopeText, useServerScope} from '../../servers/switcher/scope.ts'
import {setFacetsDrawer} from '../facets-drawer.ts'
import {FoldButton, useFolded} from '../FoldButton.tsx'
import {useTorrentsSearch, type TorrentsSearch} from '../torrents-search.ts'
import {searchOf} from './saved-view.ts'
import {useViewCount} from './view-state.ts'
import {readyViews} from './ready-views.ts'
import {viewIcon} from './view-icons.ts'
import {ownerWords} from './view-owner.ts'

/** Each number is a live view of its own, and a page has only so many. */
const MOST_COUNTED = 5

/**
 * Everything, problems, what no Arr imported yet, what has seeded enough, what this person saved, and what others share.
 *
 * @param isElsewhere another page than the list is shown: none of them is marked, and they lead to the servers of the
 *   switcher
 */
export function ViewsSection({view, isElsewhere = false}: {view: LiveView; isElsewhere?: boolean}) {
  const [{q = '', servers: listed, view: open}] = useTorrentsSearch()
  const selected = scopeText(useServerScope())
  const servers = isElsewhere ? selected : listed
  const [isFolded, setFolded] = useFolded('views')
  const {data: saved = []} = useQuery(viewsQuery)
  const {data: shared = []} = useQuery(sharedViewsQuery)
  const id = useId()
  const scope: TorrentsSearch = servers === undefined ? {} : {servers}
  const isPlain = ![...saved, ...shared].some((it) => it.id === open)
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
              isHere={!isElsewhere && isPlain && q === ''}
              total={all === undefined ? '' : count(all)}
            />
          </li>
          {readyViews.map((it) => (
            <li key={it.q}>
              <ViewRow
                icon={it.icon}
                label={text(it.label)}
                search={{...scope, q: it.q}}
                isHere={!isElsewhere && isPlain && normalised(q) === normalised(it.q)}
                total={<ViewCount q={it.q} servers={readScope(servers)} />}
              />
            </li>
          ))}
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
                menu={<ViewMenu view={it} />}
              />
            </li>
          ))}
          {shared.map((it) => (
            <li key={it.id}>
              <ViewRow
                icon={viewIcon(it.icon)}
                label={it.name}
                owner={ownerWords(it)}
                search={searchOf(it)}
                isHere={it.id === open}
                menu={<ViewMenu view={it} />}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** Its entries are many, and are seen when a row is pointed at. */
const ViewMenu = lazyPart(['views'], async () => (await import('./ViewMenu.tsx')).ViewMenu, 'soon')

/** A list to go to, in the side bar. */
function ViewRow({
  icon,
  label,
  owner,
  search,
  isHere,
  total,
  menu,
}: {
  icon: LucideIcon
  label: string
  /** Absent = one's own, or everybody's. */
  owner?: string
  search: TorrentsSearch
  isHere: boolean
  total?: ReactNode
  /** Shown in place of the number while it is pointed at. */
  menu?: ReactNode
}) {
  const name = owner === undefined ? label : text('view.of', {name: label, owner})
  return (
    <div
      className={joined(
        'group relative flex h-[26px] items-center gap-2 rounded-m px-2 select-none max-phone:h-11 max-phone:text-14 pointer-coarse:h-11',
        isHere ? 'bg-press font-medium text-text' : 'text-text-2 hover:bg-press',
      )}
    >
      <Link
        to="/torrents"
        search={search}
        aria-label={name}
        aria-current={isHere ? 'page' : undefined}
        title={name}
        onClick={() => setFacetsDrawer(false)}
        className="absolute inset-0 rounded-m focus-visible:shadow-focus-in"
      />
      <Icon icon={icon} size={14} className="text-text-3" />
      <span className="min-w-0 flex-1 truncate">
        {label}
        {owner !== undefined && <span className="text-12 text-text-3"> {owner}</span>}
      </span>
      {total !== undefined && (
        <span
          className={joined(
            'num text-12 text-text-3',
            menu !== undefined && 'group-focus-within:invisible group-hover:invisible pointer-coarse:mr-9',
          )}
        >
          {total}
        </span>
      )}
      {menu}
    </div>
  )
}

/** The number of a list, where it is cheap to have. */
function ViewCount({q, servers}: {q: string; servers: readonly string[] | null}) {
  const found = useViewCount(q, servers)
  return found === null ? null : count(found)
}
