// What keeps the files of the pages, and stands in for them without a network.

navigator.serviceWorker?.register("/service-worker.js", { updateViaCache: "none" });
