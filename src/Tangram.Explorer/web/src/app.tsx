import { ErrorBoundary, lazy, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { getMode, getRun } from './api';
import { Header } from './components/header';
import { Failure, Loading } from './components/state';
import { useLoaded } from './load';
import { RunContext } from './run';
import { LanguageProvider } from './words';

const views = {
    overview: lazy(() => import('./views/overview').then(view => view.OverviewView)),
    features: lazy(() => import('./views/features').then(view => view.FeaturesView)),
    feature: lazy(() => import('./views/feature').then(view => view.FeatureView)),
    images: lazy(() => import('./views/images').then(view => view.ImagesView)),
    image: lazy(() => import('./views/image').then(view => view.ImageView)),
    draw: lazy(() => import('./views/draw').then(view => view.DrawView)),
    classes: lazy(() => import('./views/classes').then(view => view.ClassesView)),
    map: lazy(() => import('./views/map').then(view => view.MapView)),
    members: lazy(() => import('./views/members').then(view => view.MembersView)),
    live: lazy(() => import('./views/live').then(view => view.LiveView)),
    missing: lazy(() => import('./views/missing').then(view => view.MissingView)),
};

export function App() {
    return (
        <LanguageProvider>
            <LocationProvider>
                <Server />
            </LocationProvider>
        </LanguageProvider>
    );
}

function Server() {
    const mode = useLoaded(getMode, []);
    if (mode.problem) return <Failure problem={mode.problem} />;
    if (!mode.value) return <Loading />;
    if (mode.value === 'exploring') return <Explorer />;
    return (
        <ErrorBoundary>
            <views.live />
        </ErrorBoundary>
    );
}

function Explorer() {
    const run = useLoaded(getRun, []);
    if (run.problem) return <Failure problem={run.problem} />;
    if (!run.value) return <Loading />;
    return (
        <RunContext.Provider value={run.value}>
            <Header />
            <Views />
        </RunContext.Provider>
    );
}

function Views() {
    const { path } = useLocation();
    const [failure, setFailure] = useState<{ error: Error; path: string }>();
    const [loads, setLoads] = useState(0);
    useEffect(() => {
        // A link leads to a new page for those who listen to it, too.
        if (loads > 1) document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
    }, [loads]);
    useEffect(() => setFailure(old => (old?.path === path ? old : undefined)), [path]);
    // Of this address alone: links lead out of it.
    if (failure?.path === path) return <Failure problem={{ title: failure.error.name, detail: failure.error.message, status: -1 }} />;
    return (
        <ErrorBoundary onError={error => setFailure({ error, path })}>
            <Router onLoadEnd={() => setLoads(count => count + 1)}>
                <Route path="/" component={views.overview} />
                <Route path="/features" component={views.features} />
                <Route path="/features/:feature" component={views.feature} />
                <Route path="/images" component={views.images} />
                <Route path="/images/:image" component={views.image} />
                <Route path="/draw" component={views.draw} />
                <Route path="/classes" component={views.classes} />
                <Route path="/map" component={views.map} />
                <Route path="/members" component={views.members} />
                <Route default component={views.missing} />
            </Router>
        </ErrorBoundary>
    );
}
