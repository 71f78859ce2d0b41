from keras import layers, models, Input
import keras

models_by_name = {}
for depth in (1, 2, 3):
    m = models.Sequential(name=f"depth_{depth}")
    m.add(Input((16,)))
    for i in range(depth):
        m.add(layers.Dense(2 ** (6 - i), activation="relu"))
    m.add(layers.Dense(1))
    models_by_name[m.name] = m
    print(depth, m.count_params())

best = models_by_name["depth_2"]
ensemble_in = Input((16,))
ensemble = models.Model(
    ensemble_in, layers.average([m(ensemble_in) for m in models_by_name.values()]), name="ensemble"
)
results = {name: m.evaluate(x, y) for name, m in models_by_name.items()}
final = max(results, key=results.get)
