import {useLocation, useNavigate} from '@tanstack/react-router'
import {useLayoutEffect, useRef} from 'react'
import {readTorrentsSearch, type TorrentsSearch} from '../../torrents/torrents-search.ts'
import {readScope, scopeText, setServerScope, useServerScope} from './scope.ts'

/**
 * Keeps scope and address the same while the list is on screen. Who comes to it without servers in the address gets
 * those that were chosen; who takes them out of it there means all.
 */
export function useScopeInAddress(): void {
  const scope = scopeText(useServerScope())
  // Both from one place: page and search of an address must not be seen one after the other.
  const {pathname, search} = useLocation()
  const isList = pathname === '/torrents'
  const {servers} = readTorrentsSearch(search)
  const navigate = useNavigate()
  const told = useRef<{isList: boolean; scope: string | undefined}>({isList: false, scope})

  useLayoutEffect(() => {
    const before = told.current
    told.current = {isList, scope}
    if (!isList || servers === scope) return
    const say = (next: string | undefined, replace: boolean) =>
      void navigate({
        to: '/torrents',
        replace,
        search: (before: TorrentsSearch) => readTorrentsSearch({...before, servers: next}),
      })
    const isArriving = !before.isList
    if (isArriving && servers === undefined) return say(scope, true)
    if (!isArriving && before.scope !== scope) return say(scope, false)
    setServerScope(readScope(servers))
  }, [isList, servers, scope, navigate])
}
